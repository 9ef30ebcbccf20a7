namespace Flyball.Scheduling.Compose;

/// <summary>Why a manifest needs another file.</summary>
internal enum ComposeNeedKind
{
    /// <summary>Variables for interpolation.</summary>
    DotEnv,

    /// <summary>A service's <c>env_file</c>.</summary>
    EnvFile,

    /// <summary>A Compose file named by <c>extends</c>.</summary>
    Extends,

    /// <summary>The content of a config.</summary>
    Config,

    /// <summary>The content of a secret.</summary>
    Secret,

    /// <summary>An OpenAPI document.</summary>
    Api,
}
