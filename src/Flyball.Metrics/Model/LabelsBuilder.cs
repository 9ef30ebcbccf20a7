namespace Flyball.Metrics.Model;

/// <summary>Changes a copy of a label set. Not thread-safe; may be reused through <see cref="Reset"/>.</summary>
internal sealed class LabelsBuilder
{
    private readonly List<Label> labels = [];

    public LabelsBuilder()
    {
    }

    public LabelsBuilder(Labels start) => Reset(start);

    public LabelsBuilder Reset(Labels start)
    {
        labels.Clear();
        labels.AddRange(start.Items);
        return this;
    }

    public string Get(string name)
    {
        int index = Find(name);
        return index >= 0 ? labels[index].Value : "";
    }

    /// <summary>Sets or replaces a label; an empty value removes it.</summary>
    public LabelsBuilder Set(string name, string value)
    {
        int index = Find(name);
        if (value.Length == 0)
        {
            if (index >= 0) labels.RemoveAt(index);
        }
        else if (index >= 0)
        {
            labels[index] = new Label(name, value);
        }
        else
        {
            labels.Insert(~index, new Label(name, value));
        }

        return this;
    }

    public LabelsBuilder Remove(string name) => Set(name, "");

    public Labels ToLabels() => Labels.FromSorted([.. labels]);

    /// <summary>
    /// Label sets are short: walking from the start beats a binary search up to some dozens of labels.
    /// </summary>
    private int Find(string name)
    {
        for (int i = 0; i < labels.Count; i++)
        {
            int order = ByteOrder.Compare(labels[i].Name, name);
            if (order == 0) return i;
            if (order > 0) return ~i;
        }

        return ~labels.Count;
    }
}
