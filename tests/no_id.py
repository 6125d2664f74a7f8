"""An id that nothing has, the same in every run: names of tests may not change from run to run."""

NO_ID = "01a20242-8dc0-72f8-893f-d5779075a461"
