"""A block that only waits, as many seconds as its order says."""

import sys
import time

if __name__ == "__main__":
    time.sleep(float(sys.stdin.readline()))
