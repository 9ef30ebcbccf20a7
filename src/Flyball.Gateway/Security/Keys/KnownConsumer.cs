using System.Text;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Keys;

/// <summary>A consumer as requests meet it.</summary>
internal sealed class KnownConsumer(string name, Consumer consumer)
{
    public string Name => name;

    public string? PasswordHash => consumer.PasswordHash;

    /// <summary>For limits, in the same space of names as tokens' subjects and apart from them.</summary>
    public byte[] Subject { get; } = Encoding.UTF8.GetBytes("c:" + name);

    /// <summary>True when the list names it or a group of it; null names everybody.</summary>
    /// <param name="allowed">Names, and groups with a <c>@</c> in front.</param>
    public bool IsAmong(IReadOnlySet<string>? allowed)
    {
        if (allowed is null || allowed.Contains(name)) return true;
        foreach (string group in consumer.Groups)
        {
            if (allowed.Contains("@" + group)) return true;
        }

        return false;
    }
}
