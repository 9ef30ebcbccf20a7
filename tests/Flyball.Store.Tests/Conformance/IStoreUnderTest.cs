using Flyball.Base.Resources;

namespace Flyball.Store.Tests.Conformance;

/// <summary>
/// Makes stores of one implementation. A new implementation adds one of these and a line for each suite.
/// </summary>
public interface IStoreUnderTest : IDisposable
{
    IResourceStore Open(TimeProvider time, StoreLimits limits);
}
