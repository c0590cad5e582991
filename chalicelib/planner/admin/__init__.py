"""What admins set: the branch, its accesses, its users."""
