"""A page at ``/docs`` on which the API's description can be read and tried out."""
