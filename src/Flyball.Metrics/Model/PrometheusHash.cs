using System.Text;

namespace Flyball.Metrics.Model;

/// <summary>
/// The hash that Prometheus gives a label set: XXH64 over each name and value with its length in front. It decides
/// which series <c>limit_ratio</c> keeps, so that both keep the same.
/// </summary>
internal static class PrometheusHash
{
    public static ulong Of(Labels labels)
    {
        var bytes = new List<byte>(128);
        foreach (ref readonly Label label in labels.Items)
        {
            Append(bytes, label.Name);
            Append(bytes, label.Value);
        }

        return XxHash64.Of([.. bytes]);
    }

    /// <summary>Lengths from 255 on take three more bytes.</summary>
    private static void Append(List<byte> to, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length < 255)
        {
            to.Add((byte)bytes.Length);
        }
        else
        {
            to.AddRange([255, (byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)(bytes.Length >> 16)]);
        }

        to.AddRange(bytes);
    }
}
