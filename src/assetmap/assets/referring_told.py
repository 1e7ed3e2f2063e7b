"""What is told of somewhere to refer a person to, in sentences."""

from assetmap.assets.referring import MOST_LOOKED_AT, Asked, Place, Referral


def told(asked: Asked, found: Referral) -> str:
    """Whether there is anywhere, how far it is, and what to ask before sending."""
    reach = f"within {km(asked.within_m)}"
    kind = f" of {asked.label}" if asked.label else ""
    kind += f" with “{asked.q}”" if asked.q else ""
    when = f" open at {asked.open_at:%H:%M on %d %B %Y}" if asked.open_at else ""
    said = [_found(found, kind, when, reach)]
    for word, near in found.spelling.items():
        said.append(f"For “{word}”, {' or '.join(near)} was looked for too.")
    if found.closed_then:
        are = "is" if found.closed_then == 1 else "are"
        said.append(f"{found.closed_then} {reach} {are} closed then.")
    if found.is_cut:
        said.append(f"Only the nearest {MOST_LOOKED_AT:,} were looked at.")
    said += _without_place(found)
    doubtful = sum("open-unknown" in each.marks for each in found.nearby)
    if doubtful:
        said.append(
            f"Of {doubtful} no hours can be read that tell whether they are open: "
            "ask before you send anybody."
        )
    unsure = sum("unverified" in each.marks for each in found.nearby)
    if unsure:
        are = "is" if unsure == 1 else "are"
        said.append(f"{unsure} {are} not verified.")
    return " ".join(said)


def _found(found: Referral, kind: str, when: str, reach: str) -> str:
    if found.nearby:
        places = "1 place" if len(found.nearby) == 1 else f"{len(found.nearby)} places"
        may = " that may be" if when else ""
        return (
            f"{places}{kind}{may}{when} {reach}; the nearest is {_at(found.nearby[0])}."
        )
    if found.beyond is not None:
        return (
            f"Nowhere{kind}{when} {reach}; the nearest beyond is {_at(found.beyond)}."
        )
    if found.is_cut:
        return f"Nowhere{kind}{when} was found."
    return f"Nowhere{kind}{when} is known at any distance."


def _without_place(found: Referral) -> list[str]:
    said = []
    if found.serving:
        serve = "serves" if len(found.serving) == 1 else "serve"
        said.append(f"{len(found.serving)} without a place {serve} here.")
    if found.unplaced:
        are = "is" if found.unplaced == 1 else "are"
        said.append(
            f"{found.unplaced} more {are} shown at no place, without a word of whom "
            "they serve."
        )
    return said


def _at(place: Place) -> str:
    return f"{place.asset.name}, {km(place.distance_m or 0)} away"


def km(metres: float) -> str:
    """A distance as people say it."""
    if round(metres) < 1000:
        return f"{metres:.0f} m"
    return f"{metres / 1000:.1f}".removesuffix(".0") + " km"
