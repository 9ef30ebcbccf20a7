namespace Flyball.Gateway.Security.Jwt;

/// <summary>
/// Reads a key set from a file. A route names it, so it may be anything: a device that never ends, a pipe that nobody
/// writes to.
/// </summary>
internal static class KeySetFile
{
    /// <exception cref="IOException">It is not there, no regular file or too long.</exception>
    public static string Read(string path, int bytesMax)
    {
        var file = new FileInfo(path);
        // Opening a pipe would wait for its other end. Of what is no regular file the length is 0.
        if (file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        if (file.Length == 0) throw new IOException($"'{path}' is empty, or no regular file");
        if (file.Length > bytesMax) throw TooLong(path, bytesMax);
        using FileStream stream = file.OpenRead();
        byte[] bytes = new byte[bytesMax + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > bytesMax) throw TooLong(path, bytesMax);
        using var reader = new StreamReader(new MemoryStream(bytes, 0, length));
        return reader.ReadToEnd();
    }

    private static IOException TooLong(string path, int bytesMax) =>
        new($"'{path}' is longer than {bytesMax / 1024} KiB");
}
