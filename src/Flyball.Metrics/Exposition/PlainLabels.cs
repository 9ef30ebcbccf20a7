using System.Text;
using Flyball.Base.Codecs;
using Flyball.Metrics.Model;

namespace Flyball.Metrics.Exposition;

/// <summary>Label sets as bytes: name and value, each behind its size.</summary>
internal static class PlainLabels
{
    /// <summary>False when a name comes twice, an entry is cut, or a name is empty.</summary>
    /// <param name="plain">The pairs, in any order.</param>
    /// <param name="labels">Those with a value.</param>
    /// <param name="emptyNames">Takes the names of those without, which is not the same as absent everywhere.</param>
    public static bool TryRead(ReadOnlySpan<byte> plain, out Labels labels, List<string>? emptyNames = null)
    {
        labels = Labels.Empty;
        var items = new List<Label>();
        var reader = new ByteReader(plain);
        while (reader.RemainingBytes > 0)
        {
            string name = Encoding.UTF8.GetString(reader.Sized());
            string value = Encoding.UTF8.GetString(reader.Sized());
            if (reader.IsFailed || name.Length == 0) return false;
            items.Add(new Label(name, value));
        }

        items.Sort(static (a, b) => ByteOrder.Compare(a.Name, b.Name));
        for (int index = 1; index < items.Count; index++)
        {
            if (items[index].Name == items[index - 1].Name) return false;
        }

        if (items.Exists(static label => label.Value.Length == 0))
        {
            emptyNames?.AddRange(items.Where(label => label.Value.Length == 0).Select(label => label.Name));
            items.RemoveAll(static label => label.Value.Length == 0);
        }

        labels = Labels.FromSorted([.. items]);
        return true;
    }

    public static void Write(ByteBuffer destination, Labels labels)
    {
        foreach (Label label in labels.Items)
        {
            destination.Text(label.Name);
            destination.Text(label.Value);
        }
    }

    public static byte[] ToBytes(Labels labels)
    {
        var buffer = new ByteBuffer(256);
        Write(buffer, labels);
        return buffer.Written.ToArray();
    }
}
