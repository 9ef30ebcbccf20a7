using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Sidecar.Configuring;

/// <summary>A check that is made here, beside the process.</summary>
internal sealed record ProbeSpec
{
    public static readonly TimeSpan UsualInterval = TimeSpan.FromSeconds(2);

    public static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Successes in a row that bring it back.</summary>
    public const int UsualRise = 2;

    /// <summary>Failures in a row that take it out.</summary>
    public const int UsualFall = 3;

    /// <summary>How often, what counts, and where over the network: at most one of HTTP, TCP and gRPC.</summary>
    public required CheckSpec Check { get; init; }

    /// <summary>A program and its arguments: exit code 0 passes, 1 warns. Null for a check over the network.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>For people.</summary>
    public string Name => Command is not null ? string.Join(' ', Command)
        : Check.Http ?? (Check.Tcp is not null ? "tcp " + Check.Tcp : "grpc " + Check.Grpc);

    public TimeSpan Interval => Check.Interval ?? UsualInterval;

    public TimeSpan Timeout => Check.Timeout ?? UsualTimeout;

    public bool Equals(ProbeSpec? other) =>
        other is not null && Check == other.Check && Command is null == other.Command is null
        && (Command is null || Command.SequenceEqual(other.Command!));

    public override int GetHashCode() => HashCode.Combine(Check, Command?.Count);
}
