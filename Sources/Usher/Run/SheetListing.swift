import Decisions
import Journal
import Logging
import Reporting
import Sending
import Zoom

/// Lists who is registered for meetings and webinars of one account into a sheet, if the app's scopes allow it.
struct SheetListing {
    let zoom: Accounts.Ready
    let journal: Journal
    let statuses: [RegistrantQuery.Status]
    let stop: StopSwitch
    let logger: Logger

    /// Lists them, and closes the connection to Zoom.
    ///
    /// - Parameter onPage: Runs when the sheet has taken a page.
    /// - Throws: `UsherError` if a scope is missing; then nothing was asked but a token.
    func callAsFunction(
        _ targets: [Target],
        into sheet: RegistrantSheet,
        onPage: @escaping @Sendable () -> Void = {}
    ) async throws -> ListRun.Result {
        var run = ListRun(
            journal: journal,
            zoom: zoom.client,
            options: zoom.options,
            statuses: statuses,
            stop: stop
        )
        run.onListing = { [logger] in $0.log(to: logger) }
        do {
            try Self.check(await zoom.client.scopes(), for: targets)
        } catch {
            await zoom.client.shutdown()
            throw error
        }
        let result = await run(targets, announce: sheet.announce) { page, query in
            try sheet.take(page, query)
            onPage()
        }
        await zoom.client.shutdown()
        return result
    }

    /// - Throws: `UsherError` naming the scopes that are missing, as far as the token says which it has.
    private static func check(_ scopes: Scopes?, for targets: [Target]) throws(UsherError) {
        guard let scopes else { return }
        let kinds = Target.Kind.allCases.filter { kind in targets.contains { $0.kind == kind } }
        let missing = kinds.flatMap { [Scopes.Use.details($0), .lists($0)] }.filter { !scopes.allow($0) }
            .map { $0.sufficient[0] }
        guard !missing.isEmpty else { return }
        throw UsherError(
            status: .refused,
            description: """
                The app lacks \(missing.count == 1 ? "the scope" : "the scopes") \(missing.joined(separator: " and ")). Add \
                \(missing.count == 1 ? "it" : "them") to the app in the Zoom App Marketplace, and run the same command again. \
                Nothing was listed.
                """
        )
    }
}
