import Claims
import Testing

@testable import Profiles

struct ReferenceClaimsTests {
    @Test(arguments: Feature.allCases)
    func `the reference proxy claims each feature`(_ feature: Feature) {
        #expect(ClaimSheet.reference.directives[feature] != nil)
    }
}
