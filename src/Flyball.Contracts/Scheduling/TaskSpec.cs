namespace Flyball.Contracts.Scheduling;

/// <summary>
/// Everything that decides what one allocation is: two equal specs are the same version. Lists keep the manifest's
/// order, dictionaries are sorted by ordinal, so that equal specs have equal bytes.
/// </summary>
public sealed record TaskSpec
{
    /// <summary><c>docker</c> or <c>process</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>The image reference for the docker driver; null for processes.</summary>
    public string? Image { get; init; }

    /// <summary>When to pull: <c>missing</c> (default), <c>always</c>, <c>never</c>.</summary>
    public string PullPolicy { get; set; } = "missing";

    /// <summary>Set when the image is built from a context that was uploaded to the server.</summary>
    public BuildSpec? Build { get; init; }

    public IReadOnlyList<string> Entrypoint { get; set; } = [];

    public IReadOnlyList<string> Command { get; set; } = [];

    public SortedDictionary<string, string> Environment { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Within the container; for processes an absolute path on the node.</summary>
    public string? WorkingDirectory { get; init; }

    public string? User { get; init; }

    public string? Hostname { get; init; }

    /// <summary>The ports that the task listens on.</summary>
    public IReadOnlyList<PortSpec> Ports { get; set; } = [];

    public IReadOnlyList<MountSpec> Mounts { get; set; } = [];

    /// <summary>Project networks and the aliases on each; empty means the project's default network.</summary>
    public IReadOnlyList<NetworkAttachment> Networks { get; set; } = [];

    /// <summary><c>bridge</c> (project networks), <c>host</c> or <c>none</c>.</summary>
    public string NetworkMode { get; set; } = "bridge";

    public ResourceLimits Resources { get; set; } = new();

    public SecuritySpec Security { get; set; } = new();

    public HealthCheckSpec? HealthCheck { get; init; }

    public RestartPolicy Restart { get; set; } = new();

    /// <summary>For example <c>SIGTERM</c>.</summary>
    public string StopSignal { get; set; } = "SIGTERM";

    /// <summary>From the stop signal to SIGKILL.</summary>
    public TimeSpan StopGracePeriod { get; set; } = TimeSpan.FromSeconds(10);

    public SortedDictionary<string, string> Labels { get; set; } = new(StringComparer.Ordinal);

    /// <summary><c>extra_hosts</c>: <c>name:address</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; set; } = [];

    public IReadOnlyList<string> Dns { get; set; } = [];

    /// <summary>An init process in the container that reaps children.</summary>
    public bool Init { get; init; }

    public bool Tty { get; init; }

    public bool OpenStdin { get; init; }

    /// <summary>Names of services of the same project that this task may call: it gets their addresses.</summary>
    public IReadOnlyList<ServiceLink> Links { get; set; } = [];
}
