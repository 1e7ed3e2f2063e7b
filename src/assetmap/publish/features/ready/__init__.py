"""What is made of a load once and kept in files, for every process of a machine."""
