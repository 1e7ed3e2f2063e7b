"""Loads of files: one function each, started by a command or by a job.

A load that is named here can be asked for at ``POST /loads/{noun}``.
"""

from assetmap.publish.loads.assets_sent import ASSETS
from assetmap.publish.loads.boundaries import BOUNDARIES
from assetmap.publish.loads.deprivation import DEPRIVATION
from assetmap.publish.loads.people import COUNTS, POSTCODES
from assetmap.publish.loads.practices import PRACTICES, REGISTRATIONS
from assetmap.publish.loads.registry import FileLoad, register

LOADS: tuple[FileLoad, ...] = (
    BOUNDARIES,
    POSTCODES,
    COUNTS,
    DEPRIVATION,
    PRACTICES,
    REGISTRATIONS,
    ASSETS,
)

for each in LOADS:
    register(each)
