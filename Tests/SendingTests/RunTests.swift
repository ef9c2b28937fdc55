import Journal
import SQLite
import Synchronization
import Testing
import Zoom

@testable import Sending

@Suite("A run, with its clock and its way to Zoom injected")
struct RunTests {
    @Test("everything open is sent once, and applied")
    func all() async throws {
        let bench = try await RunHarness([65, 10, 1])
        let summary = await bench.run()()
        #expect(summary.ending == .done)
        #expect(bench.client.updates.map(\.registrants.count).sorted() == [1, 5, 10, 30, 30])
        #expect(try bench.counts()[.applied] == 76)
        #expect(summary.progress.total.applied == 76)
    }

    @Test("a run with nothing left sends nothing")
    func nothing() async throws {
        let bench = try await RunHarness([3])
        _ = await bench.run()()
        let sent = bench.client.updates.count
        #expect(await bench.run()().ending == .done)
        #expect(bench.client.updates.count == sent)
    }

    @Test("passing trouble is sat out")
    func trouble() async throws {
        let bench = try await RunHarness([100])
        bench.client.willAnswer { _, number in
            number % 3 == 0 ? .answer(Answer(status: 503)) : .answer(Answer(status: 204))
        }
        #expect(await bench.run()().ending == .done)
        #expect(try bench.counts()[.applied] == 100)
    }

    @Test("one bad registrant is failed, all others applied")
    func bad() async throws {
        let bench = try await RunHarness([30])
        bench.client.willAnswer { update, _ in
            let isBad = update.registrants.contains { $0.email == "guest17@example.org" }
            return .answer(
                isBad ? Answer(status: 404, message: "Meeting or registrant not found.") : Answer(status: 204)
            )
        }
        #expect(await bench.run()().ending == .done)
        #expect(try bench.counts()[.applied] == 29)
        #expect(try bench.counts()[.failed] == 1)
        #expect(bench.client.updates.count <= 11)
    }

    @Test("a run that is stopped ends as interrupted, and the next one finishes the work")
    func stopped() async throws {
        let bench = try await RunHarness([90], batchSize: 10)
        let run = bench.run()
        // The run itself holds the client, which holds this closure.
        let stop = run.stop
        bench.client.willAnswer { _, number in
            if number == 2 { stop.turnOn() }
            return .answer(Answer(status: 204))
        }
        #expect(await run().ending == .interrupted)
        let first = bench.client.updates.count
        #expect(first < 9)
        #expect(await bench.run()().ending == .done)
        #expect(bench.client.updates.count == 9)
        #expect(try bench.counts()[.applied] == 90)
    }

    @Test("accounts are served side by side, and one that is refused does not hold up the other")
    func accounts() async throws {
        let bench = try await RunHarness([20], accounts: ["north", "south"])
        bench.client.willAnswer { update, _ in
            update.target.account == "north"
                ? .answer(Answer(status: 400, code: 4711, message: "does not contain scopes"))
                : .answer(Answer(status: 204))
        }
        let summary = await bench.run(accounts: ["north", "south"])()
        #expect(summary.endings["south"] == .done)
        guard case .refused? = summary.endings["north"] else {
            Issue.record("the account ended as \(String(describing: summary.endings["north"]))")
            return
        }
        #expect(try bench.counts()[.applied] == 20)
        #expect(try bench.counts()[.pending] == 20)
    }

    @Test("a journal that fails for one account stops all of them at once")
    func journalFailed() async throws {
        let bench = try await RunHarness([20], accounts: ["north", "south"], batchSize: 1)
        try Connection(path: bench.journal.path).execute(
            """
            create trigger no_room before insert on attempt
            when (select account from target where id = new.target) = 'north'
            begin select raise(abort, 'no room'); end
            """
        )
        bench.client.willAnswer { update, _ in
            if update.target.account == "south" { try? await Task.sleep(for: .seconds(60)) }
            return .answer(Answer(status: 204))
        }
        let summary = await bench.run(accounts: ["north", "south"])()
        #expect(summary.endings.count == 1)
        #expect(summary.endings.values.first?.isJournalFailed == true)
        #expect(bench.client.updates.count { $0.target.account == "south" } <= 1)
    }

    @Test("rows of an account without credentials stay, and the summary says so")
    func unknownAccount() async throws {
        let bench = try await RunHarness([2], accounts: ["north"])
        let summary = await bench.run(accounts: [nil])()
        guard case .workRemains(let reason, nil) = summary.ending else {
            Issue.record("the run ended as \(summary.ending)")
            return
        }
        #expect(reason.contains("north"))
        #expect(bench.client.updates.isEmpty)
    }

    @Test("a client that waited in vain for its token is not made to wait again: nothing is sent, and all stays")
    func notReady() async throws {
        let bench = try await RunHarness([40])
        bench.client.willNotBeReady(
            RequestFailure(cause: .tokenUnavailable, detail: "no token in time", ranOutOfTime: true)
        )
        #expect(await bench.run()().ending == .unreachable("no token in time"))
        #expect(bench.client.updates.isEmpty)
        #expect(try bench.counts()[.pending] == 40)
    }

    @Test("each answer is told, with what it means")
    func answers() async throws {
        let bench = try await RunHarness([35])
        let told = Mutex<[Disposition.NextStep]>([])
        var run = bench.run()
        run.onAnswer = { answer in told.withLock { $0.append(answer.disposition.nextStep) } }
        _ = await run()
        #expect(told.withLock { $0 } == [.applied, .applied])
    }
}

@Suite("The stop switch")
struct StopSwitchTests {
    @Test("whoever waits is woken when it is turned on, and later ones do not wait at all")
    func wakes() async {
        let stop = StopSwitch()
        async let first: Void = stop.wait()
        async let second: Void = stop.wait()
        stop.turnOn()
        stop.turnOn()
        _ = await (first, second)
        await stop.wait()
        #expect(stop.isOn)
    }

    @Test("whoever waits is let go when cancelled")
    func cancelled() async {
        let stop = StopSwitch()
        let task = Task { await stop.wait() }
        task.cancel()
        await task.value
        #expect(!stop.isOn)
    }
}
