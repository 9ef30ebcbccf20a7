namespace Flyball.Discovery.Registrations;

/// <summary>What holds locks on keys; written by <see cref="SessionStore"/> only. Named by its id, a UUID.</summary>
internal sealed record LockSession
{
    public int Format { get; set; } = 1;

    public required string Id { get; init; }

    public string Name { get; set; } = "";

    public required string Node { get; init; }

    /// <summary>After it ended nobody acquires its keys for this long.</summary>
    public TimeSpan LockDelay { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>At its end its keys are deleted; else only released.</summary>
    public bool DeletesKeys { get; init; }

    /// <summary>
    /// It ends unless it is renewed this often; null for never. When it was renewed is in memory only.
    /// </summary>
    public TimeSpan? Ttl { get; init; }

    /// <summary>The TTL as the client wrote it.</summary>
    public string TtlText { get; set; } = "";

    /// <summary>It ends when one of these checks of its node is critical or gone.</summary>
    public IReadOnlyList<string> NodeChecks { get; set; } = [];

    /// <summary>It ends when one of these checks of a service on its node is critical or gone.</summary>
    public IReadOnlyList<string> ServiceChecks { get; set; } = [];
}
