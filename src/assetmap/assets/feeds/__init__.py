"""What others list of assets, in their own forms, as rows under our columns."""
