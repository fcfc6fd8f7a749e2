package import Clocks
import Foundation

/// A balancer that runs and accepts connections. It stops with ``stop()``, and when the last reference goes.
package final class RunningBalancer: Sendable {
    /// Name of its manifest.
    package let name: String
    /// The version its program tells; `unknown` when it says nothing of the kind.
    package let version: String
    /// Where it accepts.
    package let listen: ListenAddress
    private let record: ProcessRecord
    private let process: Task<BalancerExit, Never>

    private init(
        name: String, version: String, listen: ListenAddress, record: ProcessRecord, process: Task<BalancerExit, Never>
    ) {
        self.name = name
        self.version = version
        self.listen = listen
        self.record = record
        self.process = process
    }

    deinit { process.cancel() }

    /// Starts a balancer and returns once it accepts on `listen`.
    ///
    /// The configuration is written to the directory of `values` (absolute, made if need be), checked by the balancer
    /// itself where it can, and run in the foreground. A cancelled start leaves no process behind.
    package static func start(
        _ manifest: BalancerManifest, configuration: BalancerConfiguration, values: TemplateValues
    ) async throws(BalancerError) -> RunningBalancer {
        let listen = values.listen
        let binary = try BalancerBinary.find(manifest)
        guard let probe = SocketProbe(listen) else { throw .invalidAddress(listen) }
        if let statement = manifest.backgroundStatement(in: configuration.text) {
            throw .inBackground(balancer: manifest.name, statement: statement)
        }
        var values = values
        values.config = try configuration.write(to: values.directory, as: manifest.name)
        let launch = Launch(manifest: manifest, binary: binary, values: values)
        let version = try await launch.version()
        if let minimum = manifest.minimumVersion, let found = ProgramVersion(version), found < minimum {
            throw .tooOld(
                binary: binary.path, version: version, minimum: minimum, advice: manifest.installAdvice)
        }
        try await launch.prepare()
        try await launch.check()
        if probe.isInUse() { throw .addressInUse(listen, balancer: manifest.name, output: "") }

        let record = ProcessRecord(log: launch.log)
        let invocation = launch.invocation(manifest.start)
        let process = Task { await record.run(invocation) }
        do throws(BalancerError) {
            try await accepting(probe, listen, manifest, record)
        } catch {
            process.cancel()
            _ = await process.value
            throw error
        }
        return RunningBalancer(name: manifest.name, version: version, listen: listen, record: record, process: process)
    }

    /// Starts a balancer, runs `body` with it and stops it, however `body` ends.
    @discardableResult
    package static func with<Result: Sendable>(
        _ manifest: BalancerManifest, configuration: BalancerConfiguration, values: TemplateValues,
        _ body: @Sendable (RunningBalancer) async throws -> Result
    ) async throws -> Result {
        let balancer = try await start(manifest, configuration: configuration, values: values)
        do {
            let result = try await body(balancer)
            await balancer.stop()
            return result
        } catch {
            await balancer.stop()
            throw error
        }
    }

    /// Ends the balancer: SIGTERM, SIGKILL after two seconds. Returns when it is gone; may be called again.
    @discardableResult
    package func stop() async -> BalancerExit {
        process.cancel()
        let exit = await process.value
        // What it left behind in the background, if it did.
        if ending?.exit == .exited(0) { await BackgroundProcesses.end(listen) }
        return exit
    }

    /// Waits until the balancer ends by itself or by ``stop()``.
    package func waitForExit() async -> BalancerExit { await process.value }

    /// The last 16 KiB of what it printed.
    package var output: String { record.tail.text }

    /// The lines it wrote since the last call, the first time since its start, and how many were too many to keep.
    package func takeWords() -> BalancerWords { record.takeWords() }

    /// When and how it ended, if nobody stopped it.
    package var ending: (time: MonotonicClock.Instant, exit: BalancerExit)? { record.ending }

    private static func accepting(
        _ probe: SocketProbe, _ listen: ListenAddress, _ manifest: BalancerManifest, _ record: ProcessRecord
    ) async throws(BalancerError) {
        let deadline = MonotonicClock.now + manifest.startPatience
        while true {
            let accepts = probe.accepts()
            if let exit = record.ending?.exit {
                if Task.isCancelled { throw .cancelled }
                // What a process leaves behind may need a moment to accept.
                if exit == .exited(0), await probe.accepts(within: .seconds(1)) {
                    await BackgroundProcesses.end(listen)
                    throw .inBackground(balancer: manifest.name, statement: nil)
                }
                let output = record.tail.text
                throw Self.saysInUse(output)
                    ? .addressInUse(listen, balancer: manifest.name, output: output)
                    : .endedEarly(balancer: manifest.name, exit, output: output)
            }
            if accepts {
                switch try await place(probe, listen, record) {
                case .foreground: return
                case .unknown: break
                case .left:
                    await BackgroundProcesses.end(listen)
                    throw .inBackground(balancer: manifest.name, statement: nil)
                }
            }
            if MonotonicClock.now >= deadline {
                throw .notAccepting(
                    listen, balancer: manifest.name, after: manifest.startPatience, output: record.tail.text)
            }
            try await pause(.milliseconds(10))
        }
    }

    /// Where the processes of a balancer are that accepts connections.
    private enum Place {
        case foreground
        /// Not to be told yet: its first process has ended or is about to, or nobody serves at this moment.
        case unknown
        /// Its first process has ended, while what it left behind holds on to its output.
        case left
    }

    /// One that goes into the background listens before it leaves, and what stays may serve before it has left: its
    /// processes are looked at when it serves, and given time where one is in a process group of its own.
    private static func place(
        _ probe: SocketProbe, _ listen: ListenAddress, _ record: ProcessRecord
    ) async throws(BalancerError) -> Place {
        let service = await probe.service()
        if service == .refused { return .unknown }
        let groups = BackgroundProcesses.groups(listeningOn: listen, first: record.group)
        let hasOthers = record.group.map { !groups.isSubset(of: [$0]) } ?? false
        if hasOthers || service == .silent {
            let deadline = MonotonicClock.now + (hasOthers ? .seconds(2) : .milliseconds(200))
            while record.ending == nil, MonotonicClock.now < deadline { try await pause(.milliseconds(10)) }
        }
        if record.ending != nil { return .unknown }
        if hasOthers, let group = record.group, BackgroundProcesses.hasEnded(group) { return .left }
        return .foreground
    }

    private static func pause(_ duration: Duration) async throws(BalancerError) {
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw .cancelled
        }
    }

    /// The C library's words for EADDRINUSE, which nginx and HAProxy both repeat.
    private static func saysInUse(_ output: String) -> Bool { output.contains("Address already in use") }
}
