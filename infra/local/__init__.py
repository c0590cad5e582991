"""Everything on one machine: a local AWS, the application under waitress, the site, the mails. Never deployed."""
