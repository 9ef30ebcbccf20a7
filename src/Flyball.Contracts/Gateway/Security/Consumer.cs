namespace Flyball.Contracts.Gateway.Security;

/// <summary>
/// Somebody who uses routes that ask who they are; written by the API only. It holds hashes, no secrets.
/// </summary>
public sealed record Consumer
{
    public int Format { get; set; } = 1;

    /// <summary>API keys that are good now; at most <see cref="KeysMax"/>.</summary>
    public IReadOnlyList<ConsumerKey> Keys { get; set; } = [];

    /// <summary>The hash of the password for basic authentication; null for none.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Names under which routes may let several in; at most <see cref="GroupsMax"/>.</summary>
    public IReadOnlyList<string> Groups { get; set; } = [];

    public required long CreatedUnixMs { get; init; }

    public const int KeysMax = 8;

    public const int GroupsMax = 32;
}
