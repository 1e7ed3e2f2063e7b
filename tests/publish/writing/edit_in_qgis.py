"""Run by QGIS's own Python: load assets with a key, change one, and be too late."""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsBlockingNetworkRequest,
    QgsFeature,
    QgsGeometry,
    QgsJsonExporter,
    QgsNetworkAccessManager,
    QgsPointXY,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QByteArray, QEventLoop, QUrl
from qgis.PyQt.QtNetwork import QNetworkRequest

AT, KEY, NUMBER = sys.argv[1:]
app = QgsApplication([], False)
app.initQgis()
auth = QgsApplication.authManager()
auth.setMasterPassword("of a test", True)


def key_config():
    """The key as QGIS keeps it: as a header where it can, or as a password."""
    config = QgsAuthMethodConfig()
    config.setName("assetmap")
    if "APIHeader" in auth.authMethodsKeys():
        config.setMethod("APIHeader")
        config.setConfigMap({"Authorization": "Bearer " + KEY})
    else:
        config.setMethod("Basic")
        config.setConfigMap({"username": "key", "password": KEY})
    auth.storeAuthenticationConfig(config)
    return config.id()


AUTH = key_config()


def layer(authcfg):
    parts = f"typename='assets' url='{AT}' pagingEnabled='true'"
    more = f" authcfg={authcfg}" if authcfg else ""
    return QgsVectorLayer(parts + more, "assets", "OAPIF")


def request(path):
    found = QNetworkRequest(QUrl(AT + "collections/assets/items" + path))
    found.setHeader(QNetworkRequest.ContentTypeHeader, "application/geo+json")
    if IS_ON_GRID:
        uri = b"http://www.opengis.net/def/crs/EPSG/0/27700"
        found.setRawHeader(b"Content-Crs", uri)
    return found


def send(method, path, feature):
    """The status, body and Location of what QGIS sends."""
    told = json.loads(exporter.exportFeature(feature))
    told.pop("bbox", None)
    told.pop("id", None)
    told["properties"].pop("id", None)
    asked = QgsBlockingNetworkRequest()
    asked.setAuthCfg(AUTH)
    body = QByteArray(json.dumps(told).encode())
    getattr(asked, method)(request(path), body)
    reply = asked.reply()
    status = reply.attribute(QNetworkRequest.HttpStatusCodeAttribute)
    heads = {bytes(each).lower(): each for each in reply.rawHeaderList()}
    location = bytes(reply.rawHeader(heads.get(b"location", b""))).decode()
    return status, bytes(reply.content()).decode(), location


def offered(path):
    """What OPTIONS tells QGIS."""
    manager = QgsNetworkAccessManager.instance()
    asked = request(path)
    auth.updateNetworkRequest(asked, AUTH)
    reply = manager.sendCustomRequest(asked, b"OPTIONS")
    loop = QEventLoop()
    reply.finished.connect(loop.quit)
    loop.exec_()
    return bytes(reply.rawHeader(b"Allow")).decode()


without_key = len(list(layer("").getFeatures()))
seen = layer(AUTH)
# Older ones know degrees alone, newer ones take the system that is stored.
IS_ON_GRID = seen.crs().authid() == "EPSG:27700"
STEP = 10.0 if IS_ON_GRID else 0.00015
exporter = QgsJsonExporter(seen)
exporter.setTransformGeometries(False)
found = {each["name"]: each for each in seen.getFeatures()}
feature = found["Lido"]
feature["description"] = "From QGIS"
place = feature.geometry().asPoint()
moved = QgsGeometry.fromPointXY(QgsPointXY(place.x() + STEP, place.y()))
feature.setGeometry(moved)
changed, answer, _ = send("put", "/" + NUMBER, feature)
feature["description"] = "Too late"
too_late, said, _ = send("put", "/" + NUMBER, feature)
new = QgsFeature(seen.fields())
new["name"], new["category"] = "New in QGIS", "place.park"
new.setGeometry(moved)
added, new_answer, location = send("post", "", new)
sys.stdout.write(
    json.dumps(
        {
            "is_valid": seen.isValid(),
            "with_key": len(found),
            "without_key": without_key,
            "changed": changed,
            "too_late": too_late,
            "said": said,
            "answers": [answer, new_answer],
            "added": added,
            "location": location,
            "offered": [offered(""), offered("/" + NUMBER)],
        }
    )
)
