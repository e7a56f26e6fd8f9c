#include "proto/contract/delimited.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include "geometer/v1/measurement.pb.h"

namespace geometer::contract {
namespace {

// A file that vanishes with the test; written at its end, read from its start.
class Stream {
 public:
  Stream() : file_(std::tmpfile()) {}
  ~Stream() { std::fclose(file_); }
  int fd() const { return fileno(file_); }
  void AppendBytes(std::string_view bytes) {
    ASSERT_EQ(write(fd(), bytes.data(), bytes.size()), bytes.size());
  }
  void AppendMessage(const std::string& line) {
    v1::LogLines message;
    message.add_lines(line);
    ASSERT_TRUE(WriteDelimited(fd(), message).ok());
  }
  void Rewind() { lseek(fd(), 0, SEEK_SET); }

 private:
  std::FILE* file_;
};

absl::Status ErrorOfReading(std::string_view bytes) {
  Stream stream;
  stream.AppendBytes(bytes);
  stream.Rewind();
  v1::LogLines message;
  return DelimitedReader(stream.fd()).Next(message).status();
}

TEST(DelimitedTest, ReadsBackWhatWasWrittenUntilTheEnd) {
  Stream stream;
  for (const char* line : {"one", "", "three"}) stream.AppendMessage(line);
  stream.Rewind();
  DelimitedReader reader(stream.fd());
  v1::LogLines message;
  for (const char* line : {"one", "", "three"}) {
    ASSERT_TRUE(*reader.Next(message));
    EXPECT_EQ(message.lines(0), line);
  }
  EXPECT_FALSE(*reader.Next(message));
}

TEST(DelimitedTest, ReadsAMessageThatArrivesByteByByte) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  std::thread writer([&] {
    for (const char byte : std::string_view("\x05\x0a\x03"
                                            "abc"))
      EXPECT_EQ(write(ends[1], &byte, 1), 1);
    close(ends[1]);
  });
  v1::LogLines message;
  EXPECT_TRUE(*DelimitedReader(ends[0]).Next(message));
  EXPECT_EQ(message.lines(0), "abc");
  writer.join();
  close(ends[0]);
}

TEST(DelimitedTest, ReadsAMessageLongerThanOneRead) {
  Stream stream;
  const std::string line(3 << 20, 'x');
  stream.AppendMessage(line);
  stream.Rewind();
  v1::LogLines message;
  EXPECT_TRUE(*DelimitedReader(stream.fd()).Next(message));
  EXPECT_EQ(message.lines(0), line);
}

TEST(DelimitedTest, OffsetIsTheEndOfTheLastWholeMessage) {
  Stream stream;
  stream.AppendMessage("whole");
  stream.AppendBytes(std::string_view("\x09\x0a"));
  stream.Rewind();
  DelimitedReader reader(stream.fd());
  v1::LogLines message;
  ASSERT_TRUE(*reader.Next(message));
  EXPECT_EQ(reader.Next(message).status().code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(reader.offset(), 1 + message.ByteSizeLong());
}

TEST(DelimitedTest, RefusesALengthBeyondTheLimitBeforeReadingOn) {
  const absl::Status status = ErrorOfReading("\xff\xff\xff\xff\xff\xff\xff\xff\x7f");
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_NE(status.message().find("67108864"), std::string_view::npos) << status;
}

TEST(DelimitedTest, RefusesALengthWithoutAnEnd) {
  EXPECT_EQ(ErrorOfReading(std::string(12, '\xff')).message(), "a malformed message length");
}

TEST(DelimitedTest, RefusesBytesThatDoNotParse) {
  EXPECT_EQ(ErrorOfReading("\x03\xff\xff\xff").message(), "bytes that are not a message");
}

TEST(DelimitedTest, WritingToAClosedSocketIsAnErrorAndNoSignal) {
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  close(ends[1]);
  EXPECT_FALSE(WriteDelimited(ends[0], v1::LogLines()).ok());
  close(ends[0]);
}

}  // namespace
}  // namespace geometer::contract
