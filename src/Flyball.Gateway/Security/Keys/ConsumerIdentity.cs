namespace Flyball.Gateway.Security.Keys;

/// <summary>
/// Who a request is from: a consumer, or a token's subject. <see cref="Key"/> is what is counted by its own where a
/// limit is for each key.
/// </summary>
internal sealed record ConsumerIdentity(string Name, byte[] Subject, byte[] Key)
{
    /// <summary>False for a token's subject.</summary>
    public bool IsConsumer { get; init; } = true;
}
