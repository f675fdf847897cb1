#!/bin/bash
# kill -9 under load, 100 times.
exec nice /usr/bin/python3 -B tests/fault/kill.py "$1" 100
