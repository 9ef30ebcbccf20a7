namespace Flyball.Base.Resources;

/// <summary>One holder's turn at a lease; the epoch grows with each new holder and never repeats.</summary>
public readonly record struct LeaseEpoch(string Name, long Epoch);
