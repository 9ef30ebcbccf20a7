using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.Guarding;

/// <summary>Why a guard lets a request not pass, as it is answered.</summary>
internal sealed record GuardRefusal(Refusal Refusal, string Detail)
{
    /// <summary>What the answer says beside its words.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
}
