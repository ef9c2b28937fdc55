import ArgumentParser
import ZoomSandbox
@main struct C: AsyncParsableCommand { func run() async throws {} }
