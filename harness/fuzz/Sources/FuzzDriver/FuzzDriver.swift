#if canImport(Glibc)
    import Glibc
#endif

/// The arguments of a C program, as its main function gets them.
public typealias Arguments = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>, _ arguments: UnsafeMutablePointer<Arguments?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

// libFuzzer hands nothing but the input to its function. Set once, before libFuzzer runs; read by its one thread.
nonisolated(unsafe) private var body: (UnsafeBufferPointer<UInt8>) -> Void = { _ in }

/// Runs libFuzzer on the target that STICKLER_FUZZ_TARGET names, so that every argument is libFuzzer's.
public func fuzz<Target: CaseIterable & RawRepresentable<String>>(
    _ count: Int32, _ arguments: Arguments, _ run: (Target) -> (UnsafeBufferPointer<UInt8>) -> Void
) -> Int32 {
    let name = getenv("STICKLER_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = Target(rawValue: name) else {
        preconditionFailure("STICKLER_FUZZ_TARGET names no target: \(Target.allCases.map(\.rawValue))")
    }
    body = run(target)
    var (count, arguments): (Int32, Arguments?) = (count, arguments)
    return runDriver(&count, &arguments) { bytes, size in
        body(UnsafeBufferPointer(start: bytes, count: size))
        return 0
    }
}
