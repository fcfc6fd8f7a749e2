import FuzzDriver

/// SwiftPM calls the program's main function by this name; libFuzzer's own is left out.
@_cdecl("HTTPFuzz_main")
func main(count: Int32, arguments: Arguments) -> Int32 { fuzz(count, arguments, HTTPFuzzTarget.run) }
