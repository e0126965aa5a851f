"""What ``.ci/gpu`` runs on a machine with a GPU, and on any other to show that it works."""
