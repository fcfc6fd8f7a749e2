import Balancers
import Synchronization
import Testing

@Suite struct CompanionTests {
    @Test(.timeLimit(.minutes(1)))
    func `a companion is there once it has announced itself, and what it prints is told`() async throws {
        let lines = Mutex<[String]>([])
        let (later, arrivals) = AsyncStream<String>.makeStream()
        let companion = try await Companion.start(
            "/bin/sh", ["-c", "echo warming up; echo '{\"listen\":1}'; echo '{\"shortage\":2}'; exec sleep 30"],
            onLine: { line in
                lines.withLock { $0.append(line) }
                arrivals.yield(line)
            })
        #expect(companion.announcement == "{\"listen\":1}")
        for await line in later where line.contains("shortage") { break }
        #expect(lines.withLock { $0 } == ["warming up", "{\"listen\":1}", "{\"shortage\":2}"])
        await companion.stop()
    }

    @Test func `a program that ends unannounced is told with its words`() async throws {
        let error = await #expect(throws: Companion.StartError.self) {
            try await Companion.start("/bin/sh", ["-c", "echo no such address >&2; exit 3"])
        }
        #expect(error?.description.contains("no such address") == true)
        #expect(error?.description.contains("3") == true)
    }
}
