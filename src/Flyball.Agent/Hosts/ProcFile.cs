using Microsoft.Win32.SafeHandles;

namespace Flyball.Agent.Hosts;

/// <summary>A file of the kernel's, read whole into memory that is used again. One thread at a time.</summary>
internal sealed class ProcFile(string path)
{
    /// <summary>The kernel's tables grow with devices and processors; more than this is not read.</summary>
    private const int BytesMax = 4 * 1024 * 1024;

    private byte[] buffer = new byte[4 * 1024];

    /// <summary>Its bytes until the next call; empty when it is missing or the kernel refuses.</summary>
    public ReadOnlySpan<byte> Read()
    {
        try
        {
            using SafeFileHandle file = File.OpenHandle(path);
            int length = 0;
            while (true)
            {
                int read = RandomAccess.Read(file, buffer.AsSpan(length), length);
                length += read;
                if (read == 0 || length == BytesMax) return buffer.AsSpan(0, length);
                if (length == buffer.Length) Array.Resize(ref buffer, Math.Min(BytesMax, buffer.Length * 2));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
