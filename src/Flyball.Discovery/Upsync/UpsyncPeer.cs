using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Flyball.Discovery.Indexing;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Upsync;

/// <summary>An instance in the words of nginx' upstream servers.</summary>
internal readonly record struct UpsyncPeer(
    string Address, int Weight, int MaxFails, int FailTimeoutSeconds, bool IsDown, bool IsBackup)
{
    private const int UsualMaxFails = 2;
    private const int UsualFailTimeoutSeconds = 10;

    /// <summary>
    /// Null for what the module cannot reach: it takes IPv4 addresses only. Tags overrule what is known otherwise.
    /// </summary>
    public static UpsyncPeer? Of(ServiceInstance instance)
    {
        if (instance.Port == 0 || !IPAddress.TryParse(instance.ReachedAt, out IPAddress? address)
            || address.AddressFamily != AddressFamily.InterNetwork)
            return null;
        CheckStatus status = instance.Status;
        var peer = new UpsyncPeer(
            string.Create(CultureInfo.InvariantCulture, $"{address}:{instance.Port}"),
            Math.Max(1, status == CheckStatus.Warning ? instance.WeightWarning : instance.WeightPassing),
            UsualMaxFails, UsualFailTimeoutSeconds, status == CheckStatus.Critical, false);
        foreach (string tag in instance.Tags)
        {
            if (tag == "down") peer = peer with { IsDown = true };
            else if (tag == "backup") peer = peer with { IsBackup = true };
            else if (Number(tag, "weight=") is { } weight && weight > 0) peer = peer with { Weight = weight };
            else if (Number(tag, "max_fails=") is { } fails) peer = peer with { MaxFails = fails };
            else if (Number(tag.TrimEnd('s'), "fail_timeout=") is { } seconds)
                peer = peer with { FailTimeoutSeconds = seconds };
        }

        return peer;
    }

    public string ToJson()
    {
        string limits = string.Create(
            CultureInfo.InvariantCulture,
            $"\"weight\":{Weight},\"max_fails\":{MaxFails},\"fail_timeout\":{FailTimeoutSeconds}");
        return $"{{{limits},\"down\":{(IsDown ? 1 : 0)},\"backup\":{(IsBackup ? 1 : 0)}}}";
    }

    private static int? Number(string tag, string name) =>
        tag.StartsWith(name, StringComparison.Ordinal)
            && int.TryParse(tag.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : null;
}
