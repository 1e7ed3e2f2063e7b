"""What anybody may read, as views for people who connect with SQL."""
