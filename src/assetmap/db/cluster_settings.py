"""How the private cluster's server is set."""

from pathlib import Path

from assetmap.db.cluster_folders import PORT, Folders, give

FILE = "assetmap.conf"

CONFIGURATION = """\
# Written by assetmap at each start. Settings of your own go below the include line of
# postgresql.conf, or to ALTER SYSTEM; both win over this file.
# For one ordinary server: loading a country fits in 2 GB of memory in all, and what
# is committed survives a power cut.
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
port = {port}
max_connections = 100
shared_buffers = 256MB
work_mem = 32MB
maintenance_work_mem = 256MB
autovacuum_work_mem = 64MB
effective_cache_size = 2GB
max_parallel_maintenance_workers = 2
random_page_cost = 1.1
jit = off
fsync = on
synchronous_commit = on
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB
checkpoint_timeout = 15min
log_checkpoints = off
# No statement and no row of a table goes to the log.
log_error_verbosity = terse
log_min_error_statement = panic
log_timezone = 'UTC'
timezone = 'UTC'
"""


def include_settings(data: Path) -> None:
    """Have a new data folder read our settings besides those that initdb chose."""
    with (data / "postgresql.conf").open("a") as file:
        file.write(f"include_if_exists '{FILE}'\n")


def write_settings(folders: Folders) -> None:
    """Put the settings of this version of assetmap in a data folder."""
    file = folders.data / FILE
    file.write_text(CONFIGURATION.format(socket=folders.socket, port=PORT))
    give(file, folders.owner)
