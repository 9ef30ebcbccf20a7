using System.Diagnostics;
using System.Text;

namespace Flyball.Metrics.Model;

/// <summary>
/// An immutable label set, sorted by name in byte order, without empty values and without repeated names. The hash is
/// computed once and is the same in every process, so that decisions that follow it can be replayed.
/// </summary>
[DebuggerDisplay("{ToString()}")]
internal sealed class Labels : IEquatable<Labels>, IComparable<Labels>
{
    public static readonly Labels Empty = new([]);

    private readonly Label[] items;

    private Labels(Label[] items)
    {
        this.items = items;
        StableHash = LabelHash.Of(items);
    }

    public int Count => items.Length;

    public Label this[int index] => items[index];

    public ReadOnlySpan<Label> Items => items;

    /// <summary>64 bits over names and values; equal sets have equal hashes, in any process.</summary>
    public ulong StableHash { get; }

    /// <summary>The value of <c>__name__</c>, or the empty string.</summary>
    public string MetricName => Get(LabelNames.MetricName);

    /// <summary>Takes ownership of an array that is already sorted, without empty values or repeated names.</summary>
    public static Labels FromSorted(Label[] sorted) => sorted.Length == 0 ? Empty : new Labels(sorted);

    /// <summary>Sorts a copy and leaves out empty values.</summary>
    /// <exception cref="ArgumentException">A name comes twice.</exception>
    public static Labels From(IEnumerable<Label> labels)
    {
        Label[] sorted = [.. labels.Where(label => label.Value.Length > 0)];
        Array.Sort(sorted, static (a, b) => ByteOrder.Compare(a.Name, b.Name));
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].Name == sorted[i - 1].Name)
                throw new ArgumentException($"The label {sorted[i].Name} comes twice.", nameof(labels));
        }

        return FromSorted(sorted);
    }

    public static Labels Of(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var list = new List<Label>(labels.Length);
        foreach ((string name, string value) in labels) list.Add(new Label(name, value));
        return From(list);
    }

    /// <summary>The value of a label, or the empty string when it is absent.</summary>
    public string Get(string name)
    {
        foreach (ref readonly Label label in items.AsSpan())
        {
            if (ReferenceEquals(label.Name, name) || label.Name == name) return label.Value;
        }

        return "";
    }

    public bool Has(string name) => Get(name).Length > 0;

    /// <summary>This set with one label set, replaced or (by an empty value) removed.</summary>
    public Labels With(string name, string value) => new LabelsBuilder(this).Set(name, value).ToLabels();

    /// <summary>Only the labels that <paramref name="keep"/> accepts; this instance when that is all of them.</summary>
    public Labels Where(Func<string, bool> keep)
    {
        int kept = 0;
        foreach (ref readonly Label label in items.AsSpan())
        {
            if (keep(label.Name)) kept++;
        }

        if (kept == items.Length) return this;
        if (kept == 0) return Empty;
        var rest = new Label[kept];
        int at = 0;
        foreach (ref readonly Label label in items.AsSpan())
        {
            if (keep(label.Name)) rest[at++] = label;
        }

        return new Labels(rest);
    }

    /// <summary>
    /// This set without <c>__name__</c> and, when asked for, without <c>__type__</c> and <c>__unit__</c>.
    /// </summary>
    public Labels WithoutMetricName(bool andTypeAndUnit = false) =>
        andTypeAndUnit
            ? Where(static name => !LabelNames.IsMetadata(name))
            : Where(static name => name != LabelNames.MetricName);

    public bool Equals(Labels? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || StableHash != other.StableHash || items.Length != other.items.Length) return false;
        return items.AsSpan().SequenceEqual(other.items);
    }

    public override bool Equals(object? obj) => Equals(obj as Labels);

    public override int GetHashCode() => (int)StableHash;

    /// <summary>Byte order of the first name or value that differs; a set that is a prefix comes first.</summary>
    public int CompareTo(Labels? other)
    {
        if (other is null) return 1;
        int shared = Math.Min(items.Length, other.items.Length);
        for (int i = 0; i < shared; i++)
        {
            int order = ByteOrder.Compare(items[i].Name, other.items[i].Name);
            if (order == 0) order = ByteOrder.Compare(items[i].Value, other.items[i].Value);
            if (order != 0) return order;
        }

        return items.Length.CompareTo(other.items.Length);
    }

    /// <summary>All labels in braces: <c>{__name__="up", job="a"}</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder("{");
        foreach (ref readonly Label label in items.AsSpan())
        {
            if (text.Length > 1) text.Append(", ");
            if (LabelNames.IsPlain(label.Name)) text.Append(label.Name);
            else Quoting.AppendQuoted(text, label.Name);
            text.Append('=');
            Quoting.AppendQuoted(text, label.Value);
        }

        return text.Append('}').ToString();
    }
}
