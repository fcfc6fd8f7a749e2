import DDP

#if canImport(Glibc)
    import Glibc
#endif

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<Int32>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32

/// SwiftPM calls the program's main function by this name; libFuzzer's own is left out.
///
/// The target is named by STICKLER_FUZZ_TARGET, so that every argument is libFuzzer's.
@_cdecl("DDPFuzz_main")
func fuzz(count: Int32, arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32 {
    var count = count
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = arguments
    let name = getenv("STICKLER_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    return withUnsafeMutablePointer(to: &arguments) { arguments in
        switch name {
        case "ejson":
            runDriver(&count, arguments) { bytes, size in
                FuzzTarget.ejson.run(UnsafeBufferPointer(start: bytes, count: size))
                return 0
            }
        case "message":
            runDriver(&count, arguments) { bytes, size in
                FuzzTarget.message.run(UnsafeBufferPointer(start: bytes, count: size))
                return 0
            }
        default:
            preconditionFailure("STICKLER_FUZZ_TARGET names no target: \(FuzzTarget.allCases)")
        }
    }
}
