"""The key with which the demonstration may be written to: made once, shown once."""

from sqlalchemy import Engine

from assetmap.accounts import store
from assetmap.db.engine import session_scope
from assetmap.publish.cli.keys import account_for

NAME = "demonstration"

AGAIN = "assetmap keys create NAME"


def about_the_key(used: Engine) -> str:
    """What to say of the key: itself, if it was only just made.

    Nobody needs one to read.
    """
    with session_scope(used) as session:
        if any(each.name == NAME for each in store.list_keys(session)):
            return (
                "Reading needs no key. The one for writing was shown when it was made; "
                f"another: {AGAIN}"
            )
        whose = account_for(session, None, NAME)
        _, text = store.add_key(session, whose, NAME)
    return (
        "Reading needs no key. This one is an administrator's, for writing. It is not "
        f"shown again:\n  {text}\n"
        f"Another: {AGAIN}    Take this one back: assetmap keys revoke {NAME}"
    )
