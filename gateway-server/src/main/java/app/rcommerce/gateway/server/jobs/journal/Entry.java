package app.rcommerce.gateway.server.jobs.journal;

import app.rcommerce.gateway.job.JobState;
import app.rcommerce.gateway.job.Priority;
import app.rcommerce.gateway.store.memory.job.JobImage;
import app.rcommerce.gateway.store.memory.job.QueueImage.SeenEvent;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What a journal says: each where something stands, whatever was said of it before. Immutable. */
sealed interface Entry {

    /** What it is said of: of one subject the last entry holds. */
    String subject();

    /** About how many bytes it has. */
    int bytes();

    void write(DataOutputStream out) throws IOException;

    /** A job came in. */
    record Added(JobImage job) implements Entry {
        @Override
        public String subject() {
            return subjectOf(job.id());
        }

        /** The subject of the entry with which this job came in. */
        static String subjectOf(String id) {
            return "+" + id;
        }

        @Override
        public int bytes() {
            return job.size();
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(1);
            writeText(out, job.id());
            writeText(out, job.priority().text());
            writeText(out, job.text());
            out.writeBoolean(job.order() != null);
            if (job.order() != null) {
                writeText(out, job.order());
            }
            writeLife(out, job.life());
        }
    }

    /** A job changed. */
    record Changed(String id, JobImage.Life life) implements Entry {
        @Override
        public String subject() {
            return "=" + id;
        }

        @Override
        public int bytes() {
            return 64;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(2);
            writeText(out, id);
            writeLife(out, life);
        }
    }

    /** A job left the queue. */
    record Gone(String id) implements Entry {
        @Override
        public String subject() {
            return "=" + id;
        }

        @Override
        public int bytes() {
            return 48;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(3);
            writeText(out, id);
        }
    }

    /** An event is remembered. */
    record Seen(SeenEvent event) implements Entry {
        @Override
        public String subject() {
            return "?" + event.name();
        }

        @Override
        public int bytes() {
            return 64 + event.name().length();
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(4);
            writeText(out, event.name());
            writeText(out, event.id());
            out.writeLong(event.untilMillis());
        }
    }

    /** The queue gives no jobs to workers, or gives them. */
    record Paused(boolean isPaused) implements Entry {
        @Override
        public String subject() {
            return "!";
        }

        @Override
        public int bytes() {
            return 2;
        }

        @Override
        public void write(DataOutputStream out) throws IOException {
            out.writeByte(5);
            out.writeBoolean(isPaused);
        }
    }

    /** Reads the next one. */
    static Entry read(DataInputStream in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case 1 -> added(in);
            case 2 -> new Changed(readText(in), readLife(in));
            case 3 -> new Gone(readText(in));
            case 4 -> new Seen(new SeenEvent(readText(in), readText(in), in.readLong()));
            case 5 -> new Paused(in.readBoolean());
            default -> throw new IOException("an entry of kind " + kind + " (expected: 1 to 5)");
        };
    }

    private static Added added(DataInputStream in) throws IOException {
        String id = readText(in);
        String priority = readText(in);
        Priority known = Priority.of(priority);
        if (known == null) {
            throw new IOException(
                    "a job's priority is \"" + priority + "\" (expected: one of " + Priority.texts() + ")");
        }
        byte[] text = in.readNBytes(in.readInt());
        String order = in.readBoolean() ? readText(in) : null;
        return new Added(
                new JobImage(id, known, new String(text, StandardCharsets.UTF_8), text.length, order, readLife(in)));
    }

    private static void writeLife(DataOutputStream out, JobImage.Life life) throws IOException {
        writeText(out, life.state().name());
        out.writeLong(life.number());
        out.writeLong(life.sinceMillis());
        out.writeLong(life.readyMillis());
        out.writeLong(life.dueMillis());
        out.writeInt(life.attempts());
        out.writeInt(life.crashes());
        writeText(out, life.why());
    }

    private static JobImage.Life readLife(DataInputStream in) throws IOException {
        return new JobImage.Life(
                JobState.valueOf(readText(in)),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readInt(),
                in.readInt(),
                readText(in));
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
