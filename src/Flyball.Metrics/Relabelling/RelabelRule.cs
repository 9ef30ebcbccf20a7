using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Flyball.Metrics.Model;
using Flyball.Metrics.Model.Patterns;

namespace Flyball.Metrics.Relabelling;

/// <summary>
/// One rule of <c>relabel_configs</c>. Immutable and thread-safe. See
/// https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config.
/// </summary>
internal sealed record RelabelRule
{
    public const string DefaultPattern = "(.*)";
    public const string DefaultReplacement = "$1";

    private static readonly ValuePattern Anything = ValuePattern.TryCreate(DefaultPattern, out _)!;

    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    /// <summary>Their values, joined by <see cref="Separator"/>, are the source.</summary>
    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = ";";

    public ValuePattern Pattern { get; init; } = Anything;

    /// <summary>For <see cref="RelabelAction.HashMod"/>; positive then.</summary>
    public ulong Modulus { get; init; }

    /// <summary>A name, which with <see cref="RelabelAction.Replace"/> may refer to groups of the pattern.</summary>
    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = DefaultReplacement;

    /// <summary>Changes the labels; false when their owner is to be dropped.</summary>
    public bool Apply(LabelsBuilder labels)
    {
        switch (Action)
        {
            case RelabelAction.Replace:
                Replace(labels);
                return true;
            case RelabelAction.Keep:
                return Pattern.IsMatch(Source(labels));
            case RelabelAction.Drop:
                return !Pattern.IsMatch(Source(labels));
            case RelabelAction.KeepEqual:
                return labels.Get(TargetLabel) == Source(labels);
            case RelabelAction.DropEqual:
                return labels.Get(TargetLabel) != Source(labels);
            case RelabelAction.HashMod:
                labels.Set(TargetLabel, Hash(Source(labels)));
                return true;
            case RelabelAction.Lowercase:
                labels.Set(TargetLabel, Source(labels).ToLowerInvariant());
                return true;
            case RelabelAction.Uppercase:
                labels.Set(TargetLabel, Source(labels).ToUpperInvariant());
                return true;
            default:
                ChangeNames(labels);
                return true;
        }
    }

    /// <summary>Applies rules in their order; false when one drops the labels' owner.</summary>
    public static bool ApplyAll(IReadOnlyList<RelabelRule> rules, LabelsBuilder labels)
    {
        for (int index = 0; index < rules.Count; index++)
        {
            if (!rules[index].Apply(labels)) return false;
        }

        return true;
    }

    private void Replace(LabelsBuilder labels)
    {
        string source = Source(labels);
        if (!Pattern.IsMatch(source)) return;
        string target = TargetLabel;
        string value = Replacement;
        bool isTemplate = target.Contains('$', StringComparison.Ordinal)
            || value.Contains('$', StringComparison.Ordinal);
        if (ReferenceEquals(Pattern, Anything) && value == DefaultReplacement
            && !target.Contains('$', StringComparison.Ordinal))
        {
            value = source;
        }
        else if (isTemplate)
        {
            Match match = Pattern.Regex.Match(source);
            target = GroupTemplate.Expand(target, match, Pattern.GroupNames);
            value = GroupTemplate.Expand(value, match, Pattern.GroupNames);
        }

        // A name that the groups made invalid is no reason to lose the sample.
        if (LabelNames.IsValid(target)) labels.Set(target, value);
    }

    private void ChangeNames(LabelsBuilder labels)
    {
        foreach (Label label in labels.ToLabels().Items)
        {
            bool isMatch = Pattern.IsMatch(label.Name);
            if (Action == RelabelAction.LabelMap)
            {
                if (!isMatch) continue;
                string name =
                    GroupTemplate.Expand(Replacement, Pattern.Regex.Match(label.Name), Pattern.GroupNames);
                if (LabelNames.IsValid(name)) labels.Set(name, label.Value);
            }
            else if (isMatch == (Action == RelabelAction.LabelDrop))
            {
                labels.Remove(label.Name);
            }
        }
    }

    private string Source(LabelsBuilder labels)
    {
        if (SourceLabels.Count == 1) return labels.Get(SourceLabels[0]);
        return SourceLabels.Count == 0 ? "" : string.Join(Separator, SourceLabels.Select(labels.Get));
    }

    /// <summary>The last eight bytes of MD5, as Prometheus takes them: shards must agree with its own.</summary>
    private string Hash(string source)
    {
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // The algorithm is given by the format; nothing secret hangs on it.
        MD5.HashData(Encoding.UTF8.GetBytes(source), digest);
#pragma warning restore CA5351
        ulong number = BinaryPrimitives.ReadUInt64BigEndian(digest[8..]) % Modulus;
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
