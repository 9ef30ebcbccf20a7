namespace Flyball.Autoscaling.Activation;

/// <summary>What gateways tell of one workload.</summary>
/// <param name="Waiting">Requests that wait because there is no instance.</param>
/// <param name="UnusedFor">Since when no gateway was asked for it; null while none has told anything.</param>
/// <param name="Unheard">A live gateway that does not tell; null when all do.</param>
internal readonly record struct WorkloadUse(int Waiting, TimeSpan? UnusedFor, string? Unheard);
