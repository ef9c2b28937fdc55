import Testing
import AsyncHTTPClient
import Zoom
