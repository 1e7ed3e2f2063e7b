"""What a deployment may set, and what is wrong with what it set."""

from assetmap.settings.faults import faults, unknown_names
from assetmap.settings.kinds import Network, networks
from assetmap.settings.values import Settings, settings

__all__ = ["Network", "Settings", "faults", "networks", "settings", "unknown_names"]
