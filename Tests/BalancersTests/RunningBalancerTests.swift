import Clocks
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Balancers

extension Tag {
    /// Needs a balancer that may not be installed.
    @Tag static var realBalancer: Self
}

/// Real programs; skipped by name where one is missing, but not in CI.
@Suite(.timeLimit(.minutes(1))) struct RunningBalancerTests {
    static let inCI = ProcessInfo.processInfo.environment["CI"] != nil

    static func isTested(_ name: String) -> Bool {
        do {
            return try inCI || BalancerCatalogTests.shipped.manifest(name).isInstalled
        } catch {
            return true
        }
    }

    private static let asked = Atomic(Int.random(in: 0..<12_000))

    /// A port that is free now and given to no other test, outside the range the kernel gives to outgoing connections.
    static func freeAddress(_ host: String = "127.77.0.1") throws -> ListenAddress {
        for _ in 0..<100 {
            let number = asked.wrappingAdd(1, ordering: .relaxed).oldValue
            let address = ListenAddress(host: host, port: 20_000 + number % 12_000)
            if SocketProbe(address)?.isInUse() == false { return address }
        }
        throw CocoaError(.featureUnsupported)
    }

    static func configuration(
        _ manifest: BalancerManifest, _ variant: BalancerVariant, _ listen: ListenAddress, _ directory: String
    ) throws -> String {
        try manifest.template(of: variant).render(values(listen, directory))
    }

    static func values(_ listen: ListenAddress, _ directory: String) -> TemplateValues {
        TemplateValues(
            listen: listen, nodes: (1...3).map { ListenAddress(host: "127.77.0.\($0)", port: 1) }, directory: directory)
    }

    /// Every configuration of an installed balancer.
    static func everyVariant(of name: String) async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest(name)
        for variant in manifest.variants {
            try await withTemporaryDirectory { directory in
                let listen = try freeAddress()
                let probe = try #require(SocketProbe(listen))
                let balancer = try await RunningBalancer.start(
                    manifest, configuration: try configuration(manifest, variant, listen, directory), listen: listen,
                    workDirectory: directory)
                #expect(probe.accepts(), "\(variant.name)")
                #expect(balancer.version.first?.isNumber == true, "\(balancer.version)")
                let exit = await balancer.stop()
                #expect(!probe.accepts(), "\(variant.name): nothing accepts after stop")
                #expect([.exited(0), .exited(143), .signalled(15)].contains(exit), "\(variant.name): \(exit)")
                #expect(await balancer.stop() == exit, "a second stop does nothing")
            }
        }
    }

    @Test(.tags(.realBalancer), .enabled(if: isTested("nginx"), "nginx is not installed"))
    func `nginx runs with each of its configurations, and stops`() async throws {
        try await Self.everyVariant(of: "nginx")
    }

    @Test(.tags(.realBalancer), .enabled(if: isTested("haproxy"), "haproxy is not installed"))
    func `HAProxy runs with each of its configurations, and stops`() async throws {
        try await Self.everyVariant(of: "haproxy")
    }

    @Test(
        .tags(.realBalancer),
        .enabled(if: isTested("nginx") && isTested("haproxy"), "nginx or haproxy is not installed"),
        arguments: [
            ("nginx", "not_a_directive on;", "unknown directive \"not_a_directive\""),
            ("haproxy", "not_a_section\n", "unknown keyword 'not_a_section'"),
        ])
    func `a refused configuration comes with the balancer's own words`(
        name: String, configuration: String, words: String
    ) async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest(name)
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: BalancerError.self) {
                try await RunningBalancer.start(
                    manifest, configuration: configuration, listen: try Self.freeAddress(), workDirectory: directory)
            }
            guard case .configurationRefused(name, let output) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(output.contains(words), "\(output)")
        }
    }

    @Test(.tags(.realBalancer), .enabled(if: isTested("haproxy"), "haproxy is not installed"))
    func `an address that another balancer holds is in use, even where both would share it`() async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest("haproxy")
        let variant = try manifest.variant(nil)
        let listen = try Self.freeAddress()
        try await withTemporaryDirectory { directory in
            let text = try Self.configuration(manifest, variant, listen, directory)
            try await RunningBalancer.with(
                manifest, configuration: text, listen: listen, workDirectory: directory
            ) { _ in
                await #expect(throws: BalancerError.addressInUse(listen, balancer: "haproxy", output: "")) {
                    try await RunningBalancer.start(
                        manifest, configuration: text, listen: listen, workDirectory: directory)
                }
            }
        }
    }

    /// Sends a request, and waits for the end of its answer.
    static func askOnce(_ listen: ListenAddress) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        let connection = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(listen.port).bigEndian
        inet_pton(AF_INET, listen.host, &address.sin_addr)
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected)
        try connection.write(contentsOf: Data("GET / HTTP/1.0\r\n\r\n".utf8))
        #expect(try connection.readToEnd()?.isEmpty == false)
    }

    /// Lines of a balancer until one of them holds `words`; all there are when none does within ten seconds.
    static func lines(of balancer: RunningBalancer, until words: String) async throws -> [BalancerWords.Line] {
        var lines: [BalancerWords.Line] = []
        let deadline = MonotonicClock.now + .seconds(10)
        while MonotonicClock.now < deadline, !lines.contains(where: { $0.text.contains(words) }) {
            lines += balancer.takeWords().lines
            try await Task.sleep(for: .milliseconds(5))
        }
        return lines
    }

    @Test(
        .tags(.realBalancer), .enabled(if: isTested("nginx"), "nginx is not installed"),
        arguments: ["error_log stderr warn;", "error_log {{dir}}/error.log warn;", ""])
    func `nginx's words are heard wherever its file sends them, and its end`(log: String) async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest("nginx")
        var template = try manifest.template(of: try manifest.variant("bare"))
        template.text.replace("error_log stderr warn;", with: log)
        try await withTemporaryDirectory { directory in
            let listen = try Self.freeAddress()
            let text = try template.render(Self.values(listen, directory))
            let start = MonotonicClock.now
            try await RunningBalancer.with(
                manifest, configuration: text, listen: listen, workDirectory: directory
            ) { balancer in
                try Self.askOnce(listen)
                let words = "connect() failed (111: Connection refused)"
                let lines = try await Self.lines(of: balancer, until: words)
                #expect(lines.contains { $0.text.contains(words) }, "\(lines.map(\.text))")
                #expect(lines.allSatisfy { (start...MonotonicClock.now).contains($0.time) })
                #expect(balancer.ending == nil)
                let pid = try String(contentsOfFile: "\(directory)/nginx.pid", encoding: .utf8)
                kill(try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines))), SIGKILL)
                #expect(await balancer.waitForExit() == .signalled(9))
                #expect(balancer.ending?.exit == .signalled(9))
            }
        }
    }

    @Test(.tags(.realBalancer), .enabled(if: isTested("haproxy"), "haproxy is not installed"))
    func `HAProxy says which server it holds to be down, and why; a stop is no end by itself`() async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest("haproxy")
        let variant = try manifest.variant(nil)
        try await withTemporaryDirectory { directory in
            let listen = try Self.freeAddress()
            let balancer = try await RunningBalancer.start(
                manifest, configuration: try Self.configuration(manifest, variant, listen, directory), listen: listen,
                workDirectory: directory)
            let words = "Server app/n1 is DOWN, reason: Layer4 connection problem"
            let lines = try await Self.lines(of: balancer, until: words)
            #expect(lines.contains { $0.text.contains(words) }, "\(lines.map(\.text))")
            await balancer.stop()
            #expect(balancer.ending == nil)
        }
    }

    @Test(
        .tags(.realBalancer), .enabled(if: isTested("nginx"), "nginx is not installed"),
        arguments: ["daemon on;", "daemon  off;"])
    func `a configuration that says whether nginx is a daemon is refused by that line`(daemon: String) async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest("nginx")
        try await withTemporaryDirectory { directory in
            let listen = try Self.freeAddress()
            let text = try Self.configuration(manifest, try manifest.variant(nil), listen, directory)
            let error = await #expect(throws: BalancerError.self) {
                try await RunningBalancer.start(
                    manifest, configuration: "# daemon on;\n\(daemon)\n" + text, listen: listen,
                    workDirectory: directory)
            }
            let statement = daemon.replacing("  ", with: " ").dropLast()
            #expect(error == .inBackground(balancer: "nginx", statement: "`\(statement)` (line 2)"))
            #expect(error?.description.contains("remove `\(statement)` (line 2)") == true)
        }
    }

    @Test(.tags(.realBalancer), .enabled(if: isTested("haproxy"), "haproxy is not installed"))
    func `HAProxy stays in the foreground whatever its file says`() async throws {
        let manifest = try BalancerCatalogTests.shipped.manifest("haproxy")
        try await withTemporaryDirectory { directory in
            let listen = try Self.freeAddress()
            let text = try Self.configuration(manifest, try manifest.variant(nil), listen, directory)
            let balancer = try await RunningBalancer.start(
                manifest, configuration: text.replacing("global\n", with: "global\n    daemon\n"), listen: listen,
                workDirectory: directory)
            #expect(balancer.ending == nil)
            await balancer.stop()
            #expect(BackgroundProcesses.holders(of: listen) == [])
        }
    }

    @Test(
        .tags(.realBalancer),
        .enabled(if: isTested("nginx") && isTested("haproxy"), "nginx or haproxy is not installed"),
        arguments: [
            ("nginx", ["-p", "{{dir}}", "-c", "{{config}}"]), ("haproxy", ["-D", "-f", "{{config}}"]),
            ("haproxy", ["-W", "-D", "-f", "{{config}}"]),
        ])
    func `a balancer that goes into the background is refused and ended`(name: String, start: [String]) async throws {
        var manifest = try BalancerCatalogTests.shipped.manifest(name)
        manifest.start = start
        try await withTemporaryDirectory { directory in
            let listen = try Self.freeAddress()
            let text = try Self.configuration(manifest, try manifest.variant(nil), listen, directory)
            await #expect(throws: BalancerError.inBackground(balancer: name, statement: nil)) {
                let balancer = try await RunningBalancer.start(
                    manifest, configuration: text, listen: listen, workDirectory: directory)
                _ = await balancer.stop()
            }
            #expect(BackgroundProcesses.holders(of: listen) == [], "no process is left")
            #expect(SocketProbe(listen)?.accepts() == false)
        }
    }

    @Test func `who listens on an address is found by the kernel's table`() throws {
        let listen = try Self.freeAddress()
        #expect(BackgroundProcesses.holders(of: listen) == [])
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(listen.port).bigEndian
        inet_pton(AF_INET, listen.host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(result == 0)
        #expect(BackgroundProcesses.holders(of: listen) == [], "bound is not listening")
        try #require(Glibc.listen(descriptor, 1) == 0)
        #expect(BackgroundProcesses.holders(of: listen).contains(getpid()))
    }

    @Test func `a slow start has the time that the manifest gives it`() async throws {
        try await withTemporaryDirectory { directory in
            var manifest = try Self.scripted("echo compiling; exec sleep 60")
            manifest.startPatience = .seconds(2)
            let listen = try Self.freeAddress()
            await #expect(
                throws: BalancerError.notAccepting(
                    listen, balancer: "fake", after: .seconds(2), output: "compiling")
            ) {
                try await RunningBalancer.start(
                    manifest, configuration: "", listen: listen, workDirectory: directory)
            }
        }
    }

    @Test func `a program that is not installed is named with its package`() async throws {
        let manifest = try BalancerManifestTests.manifest(
            BalancerManifestTests.good.replacing("binary: fake", with: "binary: no-such-balancer"))
        let error = await #expect(throws: BalancerError.self) {
            try await RunningBalancer.start(
                manifest, configuration: "", listen: ListenAddress(host: "127.0.0.1", port: 1), workDirectory: "/tmp")
        }
        #expect(error?.description.contains("run: apt-get install fake-package") == true)
    }

    /// A balancer whose program is a shell script.
    static func scripted(_ script: String, check: String? = nil) throws -> BalancerManifest {
        var manifest = try BalancerManifestTests.manifest()
        manifest.binaries = ["sh"]
        manifest.version.arguments = ["-c", "echo fake/1.2.3 of today"]
        manifest.start = ["-c", script, "{{config}}"]
        manifest.check = check.map { ["-c", $0, "{{config}}"] } ?? []
        return manifest
    }

    static func start(_ manifest: BalancerManifest, directory: String) async throws -> RunningBalancer {
        try await RunningBalancer.start(
            manifest, configuration: "", listen: try freeAddress(), workDirectory: directory)
    }

    @Test func `a program that is too old for its manifest is refused by its version`() async throws {
        try await withTemporaryDirectory { directory in
            var manifest = try Self.scripted("exec sleep 60")
            manifest.minimumVersion = ProgramVersion("1.3")
            let error = await #expect(throws: BalancerError.self) {
                try await Self.start(manifest, directory: directory)
            }
            #expect(error?.description.contains("is version 1.2.3, and these configurations are for 1.3") == true)
        }
    }

    @Test func `what prepares it runs before it with its environment, and its failure is told with its words`()
        async throws
    {
        try await withTemporaryDirectory { directory in
            var manifest = try Self.scripted("cat prepared; exit 7")
            manifest.environment = ["FAKE": "for {{listen.port}}"]
            manifest.prepare = ["sh", "-c", "printf %s \"$FAKE\" >prepared"]
            let listen = try Self.freeAddress()
            await #expect(
                throws: BalancerError.endedEarly(balancer: "fake", .exited(7), output: "for \(listen.port)")
            ) {
                try await RunningBalancer.start(
                    manifest, configuration: "", listen: listen, workDirectory: directory)
            }
            manifest.prepare = ["sh", "-c", "echo no room; exit 3"]
            let error = await #expect(throws: BalancerError.self) {
                try await Self.start(manifest, directory: directory)
            }
            #expect(error?.description.contains("sh -c echo no room; exit 3, which prepares fake, failed") == true)
            #expect(error?.description.contains("no room") == true)
        }
    }

    @Test func `a program that ends before it accepts is reported with its words`() async throws {
        try await withTemporaryDirectory { directory in
            await #expect(
                throws: BalancerError.endedEarly(balancer: "fake", .exited(7), output: "no license\nno service")
            ) {
                try await Self.start(
                    Self.scripted("echo no license >&2; echo no service; exit 7"), directory: directory)
            }
        }
    }

    @Test func `words about an address in use make it that error`() async throws {
        try await withTemporaryDirectory { directory in
            let error = await #expect(throws: BalancerError.self) {
                try await Self.start(
                    Self.scripted("echo 'bind() failed (98: Address already in use)' >&2; exit 1"),
                    directory: directory)
            }
            guard case .addressInUse(_, "fake", let output) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(output == "bind() failed (98: Address already in use)")
        }
    }

    @Test func `a cancelled start ends the program`() async throws {
        try await withTemporaryDirectory { directory in
            let manifest = try Self.scripted("echo $$ >pid; exec cat fifo")
            #expect(mkfifo("\(directory)/fifo", 0o600) == 0)
            let start = Task { try await Self.start(manifest, directory: directory) }
            // Opening the writing end waits until the program has opened the reading one.
            let fifo = try await Self.openForWriting("\(directory)/fifo")
            start.cancel()
            await #expect(throws: BalancerError.cancelled) { try await start.value }
            try fifo.close()
            let pid = try String(contentsOfFile: "\(directory)/pid", encoding: .utf8)
            let number = try #require(pid_t(pid.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(kill(number, 0) == -1, "process \(number) is gone")
        }
    }

    /// Blocks a thread of its own, not one of the pool.
    static func openForWriting(_ path: String) async throws -> FileHandle {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try FileHandle(forWritingTo: URL(fileURLWithPath: path)) })
            }
        }
    }

    @Test func `a program that ignores SIGTERM is killed, and its children with it`() async throws {
        try await withTemporaryDirectory { directory in
            #expect(mkfifo("\(directory)/fifo", 0o600) == 0)
            let invocation = Invocation(
                executable: "/bin/sh", arguments: ["-c", "trap '' TERM; cat fifo & wait; wait"], directory: directory,
                grace: .milliseconds(20))
            let run = Task { await invocation.run { _ in } }
            let writer = try await Self.openForWriting("\(directory)/fifo")
            run.cancel()
            #expect(await run.value == .signalled(9))
            try writer.close()
            #expect(open("\(directory)/fifo", O_WRONLY | O_NONBLOCK) == -1, "no child reads any more")
            #expect(errno == ENXIO)
        }
    }

    @Test func `what a program prints is kept up to its last 16 KiB`() {
        let tail = OutputTail(limit: 8)
        for text in ["abc", "defgh", " ij\n"] {
            Array(text.utf8).withUnsafeBytes { tail.append($0) }
        }
        #expect(tail.text == "efgh ij")
        Array("0123456789".utf8).withUnsafeBytes { tail.append($0) }
        #expect(tail.text == "23456789")
    }

    @Test(arguments: [("127.0.0.1", 0), ("127.0.0.1", 65_536), ("localhost", 80), ("", 80), ("127.0.0.1", -1)])
    func `an address no balancer can listen on is refused`(host: String, port: Int) async throws {
        let listen = ListenAddress(host: host, port: port)
        let manifest = try Self.scripted("")
        await #expect(throws: BalancerError.invalidAddress(listen)) {
            try await RunningBalancer.start(manifest, configuration: "", listen: listen, workDirectory: "/tmp")
        }
    }

    @Test func `a relative work directory is refused`() async throws {
        let manifest = try Self.scripted("")
        let error = await #expect(throws: BalancerError.self) { try await Self.start(manifest, directory: "here") }
        #expect(error?.description.contains("absolute") == true)
    }
}
