"""What goes into the catalog's services and comes out of them, in process, over REST and by the command line alike."""
