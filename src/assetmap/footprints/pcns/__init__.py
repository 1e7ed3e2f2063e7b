"""What primary care networks cover: by registrations, practices and catchments."""
