namespace Flyball.Gateway.Limits;

/// <summary>So many requests passed under a key: what gateways tell each other.</summary>
internal readonly record struct LimitUse(UInt128 Key, LimitRate Rate, long Count);
