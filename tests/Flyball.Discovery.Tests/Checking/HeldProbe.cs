using System.Collections.Concurrent;
using Flyball.Discovery.Checking;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Tests.Checking;

/// <summary>Probes that end when the test says so; they do not hear that they are cancelled.</summary>
internal sealed class HeldProbe : ICheckProbe, IDisposable
{
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The probes that began, by their targets.</summary>
    public ConcurrentDictionary<string, CancellationToken> Begun { get; } = new();

    public void Release() => released.TrySetResult();

    public async ValueTask<CheckVerdict> ProbeAsync(CheckSpec spec, CancellationToken cancellation)
    {
        Begun[spec.Tcp!] = cancellation;
        await released.Task;
        return new CheckVerdict(CheckStatus.Passing, "released");
    }

    public void Dispose() => Release();
}
